"""What publishing makes of the checked model: tables, schemas, functions, and the description of the API."""
