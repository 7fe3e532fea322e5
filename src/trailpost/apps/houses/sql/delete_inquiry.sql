delete from customer_inquiries where id = %(id)s::uuid
