"""The storyboard: keyframes as drawings that follow their prompts, on any machine."""
