"""What a film is: the MoviePlan, its rules, its files and its time."""
