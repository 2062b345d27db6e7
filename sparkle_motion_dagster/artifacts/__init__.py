"""What a stage leaves behind: artifacts, manifests, action records, and the store they lie in."""
