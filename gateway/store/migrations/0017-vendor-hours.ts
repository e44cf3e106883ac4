import { type Kysely, sql } from 'kysely'

/** How many requests went to each PSA, hour by hour: what the windows of the budget forget when they are over. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const part of [table, counting]) await sql.raw(part).execute(db)
}

const table = `
create table vendor_hour (
  connection text not null references connection (slug),
  hour timestamptz not null,
  requests integer not null,
  primary key (connection, hour)
);
`

// Beside the window's own count, so that both always say the same: what is set aside counts, what is given back does
// not. Hours of two years are 17,520 rows for a connection, and the chart looks back no further than 400 days.
const counting = `
create function vendor_hour_count() returns trigger language plpgsql as $$
declare
  more integer := new.used - case when tg_op = 'UPDATE' then old.used else 0 end;
begin
  if more = 0 then
    return null;
  end if;
  insert into vendor_hour as h (connection, hour, requests)
  values (new.connection, date_trunc('hour', new.window_start, 'UTC'), more)
  on conflict (connection, hour) do update set requests = h.requests + excluded.requests;
  return null;
end $$;

create trigger counted_by_hour after insert or update of used on vendor_budget
  for each row execute function vendor_hour_count();
`
