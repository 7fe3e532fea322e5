select status from customer_inquiries where id = %(id)s::uuid for update
