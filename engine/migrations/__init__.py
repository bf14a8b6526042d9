"""Changes of the system tables from release to release, applied by `Store.migrate()`; each is written once."""
