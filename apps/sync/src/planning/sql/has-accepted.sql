-- Grain: one row if the destination has accepted a batch for the object.
select 1 as found
from last_accepted final
where destination = {destination: String} and object = {object: String} and lane = 'batch'
limit 1
