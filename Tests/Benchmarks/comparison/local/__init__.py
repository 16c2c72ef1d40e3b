"""The figures on one machine: `compare`."""
