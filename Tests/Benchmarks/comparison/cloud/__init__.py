"""The figures on Google Cloud: `compare --gcp`."""
