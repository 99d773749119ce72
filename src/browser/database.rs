//! Texts in the browser's `IndexedDB`, which has room for more than its storage: by their keys, the last ones that
//! came. Through idb, which makes futures of the browser's events. Every call may fail (forbidden, full, private
//! window): then nothing is kept and nothing fails. A connection is opened once for all that is asked over it, and is
//! closed as soon as somebody who signs out has the database deleted. Imports nothing of the crate.

use futures_channel::oneshot;
use futures_util::future::{FutureExt as _, LocalBoxFuture, Shared};
use idb::{Database, KeyPath, ObjectStoreParams, Query, TransactionMode};
use leptos::task::spawn_local;
use std::rc::Rc;
use wasm_bindgen::{JsCast as _, JsValue};

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
    let mut database = asked.await.ok()?;
    // An open connection would keep the database from being deleted.
    database.on_version_change(|event| {
        if let Some(open) = event.target().and_then(|target| target.dyn_into::<web_sys::IdbDatabase>().ok()) {
            open.close();
        }
    });
    Some(database)
}

/// Does work to its end, also where nobody waits for it any more: the browser tells idb's closures what became of each
/// request, and one that had gone with its future would stop the whole page.
async fn to_the_end<T: 'static>(work: impl Future<Output = Option<T>> + 'static) -> Option<T> {
    let (tell, told) = oneshot::channel();
    spawn_local(async move {
        // Whoever asked may have left.
        let _ = tell.send(work.await);
    });
    told.await.ok()?
}

/// A connection, which ends with its last user.
struct Connection(Database);

impl Drop for Connection {
    fn drop(&mut self) {
        self.0.close();
    }
}

/// The texts of a database, which is opened when the first of them is asked for; a copy shares the connection.
#[derive(Clone)]
pub(crate) struct Texts(Shared<LocalBoxFuture<'static, Option<Rc<Connection>>>>);

impl Texts {
    /// The texts of the database of this name.
    pub(crate) fn of(name: String) -> Self {
        Self(async move { open(&name).await.map(|database| Rc::new(Connection(database))) }.boxed_local().shared())
    }

    /// The text under a key.
    pub(crate) async fn get(&self, key: &str) -> Option<String> {
        let (connection, key) = (self.0.clone(), JsValue::from_str(key));
        to_the_end(async move {
            let connection = connection.await?;
            let transaction = connection.0.transaction(&[TEXTS], TransactionMode::ReadOnly).ok()?;
            let texts = transaction.object_store(TEXTS).ok()?;
            texts.get(Query::Key(key)).ok()?.await.ok()??.as_string()
        })
        .await
    }

    /// Keeps a text under a key, unless there is one; of more than `most` the oldest go.
    pub(crate) async fn keep(&self, key: &str, text: &str, most: u32) -> Option<()> {
        let (connection, name, text) = (self.0.clone(), JsValue::from_str(key), JsValue::from_str(text));
        to_the_end(async move {
            let connection = connection.await?;
            let transaction = connection.0.transaction(&[TEXTS, ORDER], TransactionMode::ReadWrite).ok()?;
            let (texts, order) = (transaction.object_store(TEXTS).ok()?, transaction.object_store(ORDER).ok()?);
            if texts.get_key(Query::Key(name.clone())).ok()?.await.ok()?.is_some() {
                return Some(());
            }
            texts.add(&text, Some(&name)).ok()?.await.ok()?;
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
        })
        .await
    }

    /// Keeps a text under a key, in place of the one that was there.
    pub(crate) async fn replace(&self, key: &str, text: &str) -> Option<()> {
        let (connection, name, text) = (self.0.clone(), JsValue::from_str(key), JsValue::from_str(text));
        to_the_end(async move {
            let connection = connection.await?;
            let transaction = connection.0.transaction(&[TEXTS], TransactionMode::ReadWrite).ok()?;
            let texts = transaction.object_store(TEXTS).ok()?;
            texts.put(&text, Some(&name)).ok()?.await.ok()?;
            transaction.commit().ok()?.await.ok()?;
            Some(())
        })
        .await
    }

    /// Forgets the text under a key.
    pub(crate) async fn forget(&self, key: &str) -> Option<()> {
        let (connection, name) = (self.0.clone(), JsValue::from_str(key));
        to_the_end(async move {
            let connection = connection.await?;
            let transaction = connection.0.transaction(&[TEXTS], TransactionMode::ReadWrite).ok()?;
            let texts = transaction.object_store(TEXTS).ok()?;
            texts.delete(Query::Key(name)).ok()?.await.ok()?;
            transaction.commit().ok()?.await.ok()?;
            Some(())
        })
        .await
    }
}
