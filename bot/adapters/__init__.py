"""What the ports are made of: a database, files, the machine's clock. One file an adapter."""
