"""The index: what all manifests list, in one database that is made from them at any time."""
