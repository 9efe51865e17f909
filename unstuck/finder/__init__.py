"""Find the places in a reader's own code that can get stuck."""
