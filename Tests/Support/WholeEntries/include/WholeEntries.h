// Nothing is declared here: who links this gets a `readdir` whose entries may be copied whole. See readdir.c.
