"""What engines of one sort share: models on a device, workers, weights, environments."""
