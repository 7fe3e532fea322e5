select id from customer_inquiries where sent_as = %(sent_as)s::uuid
