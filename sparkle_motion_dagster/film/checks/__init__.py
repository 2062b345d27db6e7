"""What a person would look at before trusting a stage: measured, and held against a promise."""
