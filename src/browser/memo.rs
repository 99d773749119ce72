//! Leptos's memo and effect with their types erased: the machinery exists once instead of once for every type it holds
//! (docs/decisions/0008-size.md). They behave as Leptos's own, on which they rest, but for [`Memo::track`]. Imports Leptos only.

use crate::browser::view::{IntoNode, IntoSetting, IntoValue, Node, Setting};
use leptos::prelude::*;
use std::any::Any;
use std::marker::PhantomData;
use std::sync::Arc;

/// What a memo holds, whatever its type, and how two of its type are compared.
#[derive(Clone)]
struct Erased {
    value: Arc<dyn Any + Send + Sync>,
    same: fn(&Erased, &Erased) -> bool,
}

impl Erased {
    fn get<T: 'static>(&self) -> &T {
        match self.value.downcast_ref() {
            Some(value) => value,
            None => unreachable!("a memo holds what its own function made"),
        }
    }
}

type Compute = Box<dyn Fn(Option<&Erased>) -> Erased + Send + Sync>;

fn erased(compute: Compute) -> leptos::prelude::Memo<Erased> {
    leptos::prelude::Memo::new_with_compare(compute, |before, now| match (before, now) {
        (Some(before), Some(now)) => !(now.same)(before, now),
        _ => true,
    })
}

/// A value computed from signals; whoever reads it is told only when it became another.
pub struct Memo<T> {
    inner: leptos::prelude::Memo<Erased>,
    holds: PhantomData<fn() -> T>,
}

impl<T> Clone for Memo<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Memo<T> {}

impl<T: PartialEq + Send + Sync + 'static> Memo<T> {
    /// Computes from the value before.
    pub fn new(compute: impl Fn(Option<&T>) -> T + Send + Sync + 'static) -> Memo<T> {
        Memo::make(compute, |one, other| one.get::<T>() == other.get::<T>())
    }
}

impl<T: Send + Sync + 'static> Memo<T> {
    fn make(compute: impl Fn(Option<&T>) -> T + Send + Sync + 'static, same: fn(&Erased, &Erased) -> bool) -> Memo<T> {
        let make = move |before: Option<&Erased>| Erased { value: Arc::new(compute(before.map(Erased::get))), same };
        Memo { inner: erased(Box::new(make)), holds: PhantomData }
    }

    /// Reads the value and follows it.
    pub fn with<U>(&self, read: impl FnOnce(&T) -> U) -> U {
        read(self.inner.get().get())
    }

    /// Reads the value and does not follow it.
    pub fn with_untracked<U>(&self, read: impl FnOnce(&T) -> U) -> U {
        read(self.inner.get_untracked().get())
    }

    /// Follows the value. It is computed for that: a memo that nobody ever read has no sources, and would never tell of a change.
    pub fn track(&self) {
        self.inner.with(|_| ());
    }
}

impl<T: Clone + Send + Sync + 'static> Memo<T> {
    /// The value, followed.
    pub fn get(&self) -> T {
        self.with(T::clone)
    }

    /// The value, not followed.
    pub fn get_untracked(&self) -> T {
        self.with_untracked(T::clone)
    }

    /// The value, not followed; nothing once its owner is gone.
    pub fn try_get_untracked(&self) -> Option<T> {
        self.inner.try_get_untracked().map(|value| value.get::<T>().clone())
    }
}

impl<T: Clone + Send + Sync + 'static> From<Memo<T>> for Signal<T> {
    fn from(memo: Memo<T>) -> Signal<T> {
        Signal::derive(move || memo.get())
    }
}

impl<T: Clone + Send + Sync + IntoNode + 'static> IntoNode for Memo<T> {
    fn into_node(self) -> Node {
        Node::Dynamic(Box::new(move || self.get().into_node()))
    }
}

impl<T: Clone + Send + Sync + IntoValue + 'static> IntoSetting for Memo<T> {
    fn into_setting(self) -> Setting {
        Setting::Follows(Box::new(move || self.get().into_value()))
    }
}

/// What happens whenever a signal changes that it read.
pub struct Effect;

impl Effect {
    /// Runs once the page stands, and again at each change, with what it gave before. Ends with its owner.
    #[allow(clippy::new_ret_no_self)] // as Leptos's is called
    pub fn new<T: 'static>(mut run: impl FnMut(Option<T>) -> T + 'static) {
        let mut before = None;
        effect(Box::new(move || before = Some(run(before.take()))));
    }
}

fn effect(mut run: Box<dyn FnMut()>) {
    leptos::prelude::Effect::new(move |_: Option<()>| run());
}
