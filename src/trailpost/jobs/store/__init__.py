"""The only code of jobs that runs SQL. Each function runs the `.sql` file of its own name."""
