-- Grain: grade.
select grade, count() as leads
from scores
where model = 'lead_score'
group by grade
order by grade
