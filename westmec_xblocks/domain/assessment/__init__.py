"""Assessments: items, blueprint, forms, scoring, and the rules of attempts."""
