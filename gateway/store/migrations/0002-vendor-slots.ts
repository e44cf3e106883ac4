import { type Kysely, sql } from 'kysely'

/** What gateways of one installation share of a PSA: places for requests under way, and pauses that a PSA asked for. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const part of [tables, lease]) await sql.raw(part).execute(db)
}

const tables = `
create table vendor_slot (
  id uuid primary key default gen_random_uuid(),
  connection text not null references connection (slug),
  lane text not null,
  holder uuid not null,
  lease_until timestamptz not null
);
create index vendor_slot_connection on vendor_slot (connection, lane);

create table vendor_pause (
  connection text not null references connection (slug),
  lane text not null,
  paused_until timestamptz not null,
  primary key (connection, lane)
);
`

// One function, so that a request costs one trip to the store, and the lock lasts no longer than that. Requests are
// counted in twelfths of the window: the sum of all that reach into the window is never less than what it saw.
const lease = `
create function vendor_lease(
  wanted_connection text, wanted_lane text, by_holder uuid,
  places integer, connection_most integer, lane_most integer, lease_ms integer,
  units integer, units_most integer, window_ms integer,
  out slots uuid[], out granted integer, out counted_in timestamptz, out granted_ms integer,
  out short text, out wait_ms integer
) language plpgsql as $$
declare
  instant timestamptz;
  paused timestamptz;
  span interval := make_interval(secs => window_ms / 1000.0);
  part interval := make_interval(secs => window_ms / 12000.0);
  used_now integer;
  oldest timestamptz;
  held integer;
  held_in_lane integer;
  room integer;
begin
  slots := '{}';
  granted := 0;
  granted_ms := 0;
  wait_ms := 0;
  -- What is counted here stays true until it is written.
  perform pg_advisory_xact_lock(hashtext('vendor_lease'), hashtext(wanted_connection));
  instant := clock_timestamp();

  select max(p.paused_until) into paused from vendor_pause p
  where p.connection = wanted_connection and p.lane in ('', wanted_lane) and p.paused_until > instant;
  if paused is not null then
    short := 'PAUSE';
    wait_ms := ceil(extract(epoch from paused - instant) * 1000);
    return;
  end if;

  if units > 0 then
    delete from vendor_budget b where b.connection = wanted_connection and b.window_start <= instant - span - part;
    select coalesce(sum(b.used), 0), min(b.window_start) filter (where b.used > 0) into used_now, oldest
    from vendor_budget b where b.connection = wanted_connection;
    granted := greatest(0, least(units, units_most - used_now));
    if granted = 0 then
      short := 'REQUESTS';
      wait_ms := ceil(extract(epoch from oldest + span + part - instant) * 1000);
      return;
    end if;
    counted_in := date_bin(part, instant, timestamptz 'epoch');
    granted_ms := floor(extract(epoch from counted_in + part - instant) * 1000);
    insert into vendor_budget as b (connection, window_start, used) values (wanted_connection, counted_in, granted)
    on conflict (connection, window_start) do update set used = b.used + excluded.used;
  end if;

  if places > 0 then
    delete from vendor_slot s where s.connection = wanted_connection and s.lease_until <= instant;
    select count(*), count(*) filter (where s.lane = wanted_lane) into held, held_in_lane
    from vendor_slot s where s.connection = wanted_connection;
    room := least(places, connection_most - held, lane_most - held_in_lane);
    if room > 0 then
      with made as (
        insert into vendor_slot (connection, lane, holder, lease_until)
        select wanted_connection, wanted_lane, by_holder, clock_timestamp() + make_interval(secs => lease_ms / 1000.0)
        from generate_series(1, room)
        returning id
      )
      select array_agg(made.id) into slots from made;
    end if;
    if room < places then
      short := case when held_in_lane + greatest(room, 0) >= lane_most then 'LANE' else 'CONNECTION' end;
    end if;
  end if;
end $$;
`
