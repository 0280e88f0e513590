//! Whom the changes of messages speak against, where no visit shows the same.
//!
//! A complaint that is new, or more frequent, speaks against the service that logs it; one that names another service speaks rather
//! of that one: who refuses a connection logs nothing. What is new and complains of nothing says only that the service does
//! something else than before.

use rustc_hash::FxHashSet;

use super::messages::Message;
use super::origin::Gathering;
use super::visits::{Step, Visits};
use crate::logs::{Level, Logs};

/// Weight of a complaint by itself.
const COMPLAINT: f64 = 0.6;
/// Weight of a complaint that was there before, but less often.
const MORE: f64 = 0.5;
/// What of a complaint about another service stays with the one that logs it.
const ABOUT_ANOTHER: f64 = 0.3;
/// Weight of something new that is no complaint.
const NEW: f64 = 0.2;
/// Weight of an ordinary message that is not logged any more.
const GONE: f64 = 0.2;
/// The most that messages count for.
const MOST: f64 = 15.0;

/// Holds the messages against services.
pub(super) fn gather(messages: &[Message], logs: &Logs, visits: &Visits, gathering: &mut Gathering) {
    let shown = shown(visits);
    for message in messages {
        let entity = logs.entities.name(message.entity);
        let in_visits = visits.entities.find(entity).is_some();
        if in_visits && shown.contains(&message.template) {
            continue;
        }
        let Some(info) = logs.info(message.template) else { continue };
        if !message.up {
            if message.lines == 0 && !info.complains() {
                gathering.add(entity, "exception", (message.score * GONE).min(MOST));
            }
            continue;
        }
        let novelty = if message.novel { 1.0 } else { MORE };
        if !(info.level >= Level::Warning || info.exception.is_some()) {
            if message.novel {
                gathering.add(entity, "reply", (message.score * NEW).min(MOST));
            }
            continue;
        }
        let evidence = message.score * COMPLAINT * novelty;
        let kind = if info.exception.is_some() { "exception" } else { "errors" };
        let mut is_about_another = false;
        for other in logs.named(message.template).filter(|other| *other != entity) {
            is_about_another = true;
            gathering.add(other, "errors", evidence.min(MOST));
        }
        let left = if is_about_another { ABOUT_ANOTHER } else { 1.0 };
        gathering.add(entity, kind, evidence.min(MOST) * left);
    }
}

/// Templates that are steps of visits: their changes are judged there, request by request.
fn shown(visits: &Visits) -> FxHashSet<u32> {
    let logged =
        visits.steps.iter().filter_map(|step| if let Step::Log(template) = step { Some(*template) } else { None });
    logged.collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bundle::Limits;
    use crate::detect::messages;
    use crate::logs::store::Record;

    fn suspects(novel: &str) -> Vec<(String, &'static str)> {
        let mut logs = Logs::new(&Limits::default());
        logs.know(["service/stock-room"].into_iter());
        for at in 0..100 {
            let time = 1e9 + f64::from(at) * 6.0;
            let mut log =
                |entity: &str, message: &str| logs.push(&Record { time, entity, message, ..Record::default() }, "l");
            log("till", "INFO sale done");
            if at >= 50 {
                log("till", novel);
            }
        }
        logs.finish();
        let mut gathering = Gathering::default();
        gather(&messages::changes(&logs, 1e9 + 300.0), &logs, &Visits::default(), &mut gathering);
        gathering.finish().into_iter().map(|s| (s.entity, s.kinds[0].0)).collect()
    }

    #[test]
    fn who_is_named_is_suspected_before_who_complains() {
        let both = [("service/stock-room".to_owned(), "errors"), ("service/till".to_owned(), "errors")];
        assert_eq!(suspects("ERROR cannot reach http://stock-room.shop.svc.cluster.local:8080/items"), both);
        assert_eq!(suspects("ERROR stock-room refused the connection"), both);
        assert_eq!(suspects("ERROR the drawer is stuck"), [("service/till".to_owned(), "errors")]);
    }

    #[test]
    fn exceptions_and_other_news_have_their_kinds() {
        assert_eq!(suspects("ERROR no sale\njava.lang.IllegalStateException: no till")[0].1, "exception");
        assert_eq!(suspects("INFO the price was zero")[0].1, "reply");
    }
}
