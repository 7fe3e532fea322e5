select status, count(*) as inquiries from customer_inquiries group by status
