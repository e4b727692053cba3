"""A bilingual demo organisation with invented people and companies, and a stranger from another one."""
