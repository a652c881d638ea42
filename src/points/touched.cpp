// Whose accounts a transaction touches beside those that it names.
