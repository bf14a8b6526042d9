"""The definition packs that come with the product, and the school that a demo is filled with."""
