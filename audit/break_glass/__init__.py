"""Break-glass access: opened with a reason, told at once, looked at afterwards by somebody else."""
