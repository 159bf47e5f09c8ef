-- Grain: partition, as the service accounts for it as of a step.
select * from conservation_as_of(as_of_step = {step: UInt64})
order by topic, topic_epoch, partition
