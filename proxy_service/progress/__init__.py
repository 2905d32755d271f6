"""The enterprise's page: how far the own project is and whose turn it is, without an account."""
