-- From here on a function that is made may be called by nobody, until it is granted beside it.
alter default privileges revoke execute on functions from public;
