"""Forms for blocks that bring no editor which works outside the platform's Studio: text, problem, video and others."""
