-- Runs once, as the owner of the ledger, when its database is made: somebody who may send, and make or change no table.
\set password `cat /run/secrets/sender_password`
create role onetopic_sender login password :'password';
create schema onetopic;
grant temporary on database onetopic to onetopic_sender;
grant usage on schema onetopic to onetopic_sender;
alter default privileges in schema onetopic grant select, insert, update, delete on tables to onetopic_sender;
-- Nobody else has business here.
revoke all on database onetopic from public;
grant connect on database onetopic to onetopic_sender;
