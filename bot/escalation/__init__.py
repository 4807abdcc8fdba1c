"""What is said to the provider: facts and a template in, ticket text and phone script out."""
