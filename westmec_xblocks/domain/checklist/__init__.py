"""Lab-skill checklists: what they are, what happened, and what follows from it."""
