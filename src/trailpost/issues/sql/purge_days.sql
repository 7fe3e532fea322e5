-- As old as the occurrences that are dropped.
delete from issue_days where day < %(before)s::date
