"""What is right in the tests' small course."""
