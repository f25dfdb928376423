"""What stands behind the acts on assessments: a learner's script, its JSON, the standing that follows from it."""
