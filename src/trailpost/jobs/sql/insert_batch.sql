insert into job_batch (id) values (%(id)s::uuid)
