-- After a right password: the account starts anew, the address loses this one attempt only.
delete from login_failures
where who = %(account)s or (who = %(address)s and at = %(at)s)
