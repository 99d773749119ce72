//! Texts in the browser's `IndexedDB`, which has room for more than its storage: by their keys, the last ones that
//! came. Through idb, which makes futures of the browser's events. Every call may fail (forbidden, full, private
//! window): then nothing is kept and nothing fails. A connection is closed after each use, so that none keeps the
//! database from being deleted when somebody signs out. Imports nothing of the crate.

use idb::{Database, KeyPath, ObjectStoreParams, Query, TransactionMode};
use wasm_bindgen::JsValue;

/// The texts, by their keys.
const TEXTS: &str = "texts";
/// The keys, by when they came.
const ORDER: &str = "order";

async fn open(name: &str) -> Option<Database> {
    let factory = idb::Factory::new().ok()?;
    let mut asked = factory.open(name, Some(1)).ok()?;
    asked.on_upgrade_needed(|event| {
        if let Ok(database) = idb::event::DatabaseEvent::database(&event) {
            let _ = database.create_object_store(TEXTS, ObjectStoreParams::new());
            let mut counted = ObjectStoreParams::new();
            counted.auto_increment(true).key_path(None::<KeyPath>);
            let _ = database.create_object_store(ORDER, counted);
        }
    });
    asked.await.ok()
}

/// The text under a key of a database.
pub(crate) async fn get(name: &str, key: &str) -> Option<String> {
    let database = open(name).await?;
    let found = async {
        let transaction = database.transaction(&[TEXTS], TransactionMode::ReadOnly).ok()?;
        let texts = transaction.object_store(TEXTS).ok()?;
        texts.get(Query::Key(JsValue::from_str(key))).ok()?.await.ok()??.as_string()
    };
    let found = found.await;
    database.close();
    found
}

/// Keeps a text under a key, unless there is one; of more than `most` the oldest go.
pub(crate) async fn keep(name: &str, key: &str, text: &str, most: u32) -> Option<()> {
    let database = open(name).await?;
    let kept = async {
        let transaction = database.transaction(&[TEXTS, ORDER], TransactionMode::ReadWrite).ok()?;
        let (texts, order) = (transaction.object_store(TEXTS).ok()?, transaction.object_store(ORDER).ok()?);
        let name = JsValue::from_str(key);
        if texts.get_key(Query::Key(name.clone())).ok()?.await.ok()?.is_some() {
            return Some(());
        }
        texts.add(&JsValue::from_str(text), Some(&name)).ok()?.await.ok()?;
        order.add(&name, None).ok()?.await.ok()?;
        let more = order.count(None).ok()?.await.ok()?.saturating_sub(most);
        if more > 0 {
            let places = order.get_all_keys(None, Some(more)).ok()?.await.ok()?;
            let names = order.get_all(None, Some(more)).ok()?.await.ok()?;
            for (place, name) in places.into_iter().zip(names) {
                order.delete(Query::Key(place)).ok()?.await.ok()?;
                texts.delete(Query::Key(name)).ok()?.await.ok()?;
            }
        }
        transaction.commit().ok()?.await.ok()?;
        Some(())
    };
    let kept = kept.await;
    database.close();
    kept
}
