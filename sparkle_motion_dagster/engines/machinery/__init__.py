"""What engines of one sort share: models, workers, weights, environments, clips, easing."""
