//! What the app's [`view!`] becomes: nodes of one type, built and changed by code that exists once, whatever the markup
//! (docs/decisions/0008-size.md). Leptos stays below: components, owners, effects, the router, and [`AnyView`] for what is
//! not written here. A view that is made again by the same line of source changes what stands in the document (the focus,
//! the scroll position and what is typed survive); any other takes its place. Imports Leptos and web-sys only.

use leptos::ev::EventDescriptor;
use leptos::html::ElementType;
use leptos::prelude::*;
use leptos::tachys::html::attribute::Attribute;
use leptos::tachys::html::attribute::any_attribute::AnyAttribute;
use leptos::tachys::html::node_ref::NodeRefContainer;
use leptos::tachys::hydration::Cursor;
use leptos::tachys::renderer::dom::Dom;
use leptos::tachys::view::any_view::AnyViewState;
use leptos::tachys::view::{Mountable, Position, PositionState, Render};
use send_wrapper::SendWrapper;
use std::borrow::Cow;
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};

pub use gantry_view::view;

/// A piece of the page, not yet in the document.
pub enum Node {
    /// Nothing to see.
    Nothing,
    /// Text.
    Text(Cow<'static, str>),
    /// An element with what is in it.
    Element(Box<Element>),
    /// One after the other.
    Many(Vec<Node>),
    /// Made again whenever a signal changes that it read.
    Dynamic(Box<dyn FnMut() -> Node + Send>),
    /// A view of Leptos: a component.
    View(AnyView),
}

impl Node {
    /// Text that does not change.
    pub fn from_text(text: &'static str) -> Node {
        Node::Text(Cow::Borrowed(text))
    }

    /// A view of Leptos.
    pub fn of(view: impl IntoView + 'static) -> Node {
        Node::View(view.into_any())
    }
}

impl From<Element> for Node {
    fn from(element: Element) -> Node {
        Node::Element(Box::new(element))
    }
}

/// What an attribute, a class or a property is set to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value {
    /// Not there.
    Absent,
    /// There without a text, or not there.
    Flag(bool),
    /// There, with a text.
    Text(Cow<'static, str>),
}

/// A value, or what tells it again whenever a signal changes.
pub enum Setting {
    /// As long as the view stands.
    Fixed(Value),
    /// Until a signal changes that it read.
    Follows(Box<dyn Fn() -> Value + Send>),
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Attribute,
    Class,
    Property,
}

/// An element: made here, put into the document when it is built.
pub struct Element {
    tag: &'static str,
    /// The line of source that made it.
    site: u32,
    svg: bool,
    settings: Vec<(Kind, &'static str, Setting)>,
    children: Vec<Node>,
    listeners: Vec<(Cow<'static, str>, Listen)>,
    loads: Option<Load>,
}

type Load = Box<dyn FnOnce(&web_sys::Element) + Send>;
type Listen = SendWrapper<Box<dyn FnMut(web_sys::Event)>>;

impl Element {
    /// An element of HTML.
    pub fn new(tag: &'static str, site: u32) -> Element {
        Element {
            tag,
            site,
            svg: false,
            settings: Vec::new(),
            children: Vec::new(),
            listeners: Vec::new(),
            loads: None,
        }
    }

    /// An element of SVG.
    pub fn svg(tag: &'static str, site: u32) -> Element {
        let mut element = Element::new(tag, site);
        element.svg = true;
        element
    }

    /// An attribute that does not change.
    pub fn fixed(&mut self, name: &'static str, text: &'static str) {
        self.set(Kind::Attribute, name, Setting::Fixed(Value::Text(Cow::Borrowed(text))));
    }

    /// An attribute: a text, a flag (there or not), an option, or a closure or signal of one.
    pub fn attribute(&mut self, name: &'static str, value: impl IntoSetting) {
        self.set(Kind::Attribute, name, value.into_setting());
    }

    /// A class that is there or not.
    pub fn class(&mut self, name: &'static str, value: impl IntoSetting) {
        self.set(Kind::Class, name, value.into_setting());
    }

    /// A property of the element in the document, such as the `value` of a field.
    pub fn property(&mut self, name: &'static str, value: impl IntoSetting) {
        self.set(Kind::Property, name, value.into_setting());
    }

    fn set(&mut self, kind: Kind, name: &'static str, setting: Setting) {
        self.settings.push((kind, name, setting));
    }

    /// Listens to an event, under the owner that stands here.
    pub fn on<E: EventDescriptor, F: FnMut(E::EventType) + 'static>(&mut self, event: E, mut run: F)
    where
        E::EventType: JsCast,
    {
        self.listen(event.name(), Box::new(move |event| run(event.unchecked_into())));
    }

    fn listen(&mut self, name: Cow<'static, str>, mut run: Box<dyn FnMut(web_sys::Event)>) {
        let owner = Owner::current().unwrap_or_default();
        self.listeners.push((name, SendWrapper::new(Box::new(move |event| owner.with(|| run(event))))));
    }

    /// Tells a reference of the element in the document.
    pub fn node_ref<E>(&mut self, reference: NodeRef<E>)
    where
        E: ElementType + Send + 'static,
        E::Output: JsCast + Clone + 'static,
    {
        self.loads = Some(Box::new(move |element| reference.load(element)));
    }

    /// Adds text.
    pub fn text(&mut self, text: &'static str) {
        self.child(Node::from_text(text));
    }

    /// Adds a node.
    pub fn child(&mut self, node: Node) {
        self.children.push(node);
    }

    fn build(self) -> ElementState {
        let element = Dom::create_element(self.tag, self.svg.then_some("http://www.w3.org/2000/svg"));
        let settings = self.settings.into_iter().map(|setting| Held::new(&element, setting, true)).collect();
        let children = self
            .children
            .into_iter()
            .map(|child| {
                let mut child = child.build();
                child.mount(&element, None);
                child
            })
            .collect();
        let listeners = listen(&element, self.listeners);
        if let Some(load) = self.loads {
            load(&element);
        }
        ElementState { tag: self.tag, site: self.site, element, settings, children, listeners }
    }

    /// Changes what the same line of source made before: as many settings and children.
    fn rebuild(self, state: &mut ElementState) {
        for (setting, held) in self.settings.into_iter().zip(&mut state.settings) {
            held.change(&state.element, setting);
        }
        for (child, held) in self.children.into_iter().zip(&mut state.children) {
            child.rebuild(held);
        }
        state.listeners = listen(&state.element, self.listeners);
        if let Some(load) = self.loads {
            load(&state.element);
        }
    }
}

fn listen(element: &web_sys::Element, listeners: Vec<(Cow<'static, str>, Listen)>) -> Vec<Listener> {
    listeners
        .into_iter()
        .map(|(name, run)| {
            let run = Closure::wrap(run.take());
            let _ = element.add_event_listener_with_callback(&name, run.as_ref().unchecked_ref());
            Listener { element: element.clone(), name, run }
        })
        .collect()
}

/// A listener that is there as long as its view.
struct Listener {
    element: web_sys::Element,
    name: Cow<'static, str>,
    run: Closure<dyn FnMut(web_sys::Event)>,
}

impl Drop for Listener {
    fn drop(&mut self) {
        let _ = self.element.remove_event_listener_with_callback(&self.name, self.run.as_ref().unchecked_ref());
    }
}

/// A setting in the document.
enum Held {
    Fixed(Value),
    Follows { _effect: RenderEffect<Value> },
}

impl Held {
    /// Sets it; on an element that is `fresh` there is nothing to take away.
    fn new(element: &web_sys::Element, (kind, name, setting): (Kind, &'static str, Setting), fresh: bool) -> Held {
        let there = fresh.then_some(Value::Absent);
        match setting {
            Setting::Fixed(value) => {
                if there.as_ref() != Some(&value) {
                    apply(element, kind, name, &value);
                }
                Held::Fixed(value)
            }
            Setting::Follows(tell) => {
                let element = element.clone();
                Held::Follows {
                    _effect: RenderEffect::new(move |before: Option<Value>| {
                        let value = tell();
                        // What a person typed is not known here: a property is always set.
                        if kind == Kind::Property || before.or_else(|| there.clone()).as_ref() != Some(&value) {
                            apply(&element, kind, name, &value);
                        }
                        value
                    }),
                }
            }
        }
    }

    fn change(&mut self, element: &web_sys::Element, setting: (Kind, &'static str, Setting)) {
        if let (Held::Fixed(before), (kind, _, Setting::Fixed(value))) = (&*self, &setting)
            && before == value
            && *kind != Kind::Property
        {
            return;
        }
        *self = Held::new(element, setting, false);
    }
}

fn apply(element: &web_sys::Element, kind: Kind, name: &str, value: &Value) {
    match (kind, value) {
        (Kind::Attribute, Value::Absent | Value::Flag(false)) => Dom::remove_attribute(element, name),
        (Kind::Attribute, Value::Flag(true)) => Dom::set_attribute(element, name, ""),
        (Kind::Attribute, Value::Text(text)) => Dom::set_attribute(element, name, text),
        (Kind::Class, value) => {
            let _ = element.class_list().toggle_with_force(name, *value == Value::Flag(true));
        }
        (Kind::Property, value) => {
            let value = match value {
                Value::Absent => JsValue::NULL,
                Value::Flag(flag) => JsValue::from_bool(*flag),
                Value::Text(text) => JsValue::from_str(text),
            };
            Dom::set_property_or_value(element, name, &value);
        }
    }
}

/// An element in the document.
pub struct ElementState {
    tag: &'static str,
    site: u32,
    element: web_sys::Element,
    settings: Vec<Held>,
    children: Vec<State>,
    #[allow(dead_code)] // held, so that they stay
    listeners: Vec<Listener>,
}

/// A node in the document.
pub enum State {
    /// Holds the place.
    Nothing(web_sys::Node),
    /// Text, and what it says.
    Text(web_sys::Text, Cow<'static, str>),
    /// An element.
    Element(Box<ElementState>),
    /// Nodes, and what marks their end.
    Many(Vec<State>, web_sys::Node),
    /// The effect that makes it.
    Dynamic(RenderEffect<State>),
    /// A view of Leptos.
    View(AnyViewState),
}

impl Mountable for State {
    fn unmount(&mut self) {
        match self {
            State::Nothing(place) => Dom::remove(place),
            State::Text(text, _) => Dom::remove(text),
            State::Element(state) => Dom::remove(&state.element),
            State::Many(list, end) => {
                list.iter_mut().for_each(Mountable::unmount);
                Dom::remove(end);
            }
            State::Dynamic(effect) => effect.unmount(),
            State::View(view) => view.unmount(),
        }
    }

    fn mount(&mut self, parent: &web_sys::Element, marker: Option<&web_sys::Node>) {
        match self {
            State::Nothing(place) => Dom::insert_node(parent, place, marker),
            State::Text(text, _) => Dom::insert_node(parent, text, marker),
            State::Element(state) => Dom::insert_node(parent, &state.element, marker),
            State::Many(list, end) => {
                for state in list {
                    state.mount(parent, marker);
                }
                Dom::insert_node(parent, end, marker);
            }
            State::Dynamic(effect) => effect.mount(parent, marker),
            State::View(view) => view.mount(parent, marker),
        }
    }

    fn insert_before_this(&self, child: &mut dyn Mountable) -> bool {
        let before = |node: &web_sys::Node, child: &mut dyn Mountable| match node.parent_element() {
            Some(parent) => {
                child.mount(&parent, Some(node));
                true
            }
            None => false,
        };
        match self {
            State::Nothing(place) => before(place, child),
            State::Text(text, _) => before(text, child),
            State::Element(state) => before(&state.element, child),
            State::Many(list, end) => {
                list.first().is_some_and(|state| state.insert_before_this(child)) || before(end, child)
            }
            State::Dynamic(effect) => effect.insert_before_this(child),
            State::View(view) => view.insert_before_this(child),
        }
    }

    fn elements(&self) -> Vec<web_sys::Element> {
        match self {
            State::Nothing(_) | State::Text(..) => Vec::new(),
            State::Element(state) => vec![state.element.clone()],
            State::Many(list, _) => list.iter().flat_map(Mountable::elements).collect(),
            State::Dynamic(effect) => effect.elements(),
            State::View(view) => view.elements(),
        }
    }
}

fn place() -> web_sys::Node {
    Dom::create_placeholder().unchecked_into()
}

impl Render for Node {
    type State = State;

    fn build(self) -> State {
        match self {
            Node::Nothing => State::Nothing(place()),
            Node::Text(text) => State::Text(Dom::create_text_node(&text), text),
            Node::Element(element) => State::Element(Box::new(element.build())),
            Node::Many(list) => State::Many(list.into_iter().map(Render::build).collect(), place()),
            Node::Dynamic(mut make) => {
                State::Dynamic(RenderEffect::new(move |before: Option<State>| match (make(), before) {
                    (node, Some(mut state)) => {
                        node.rebuild(&mut state);
                        state
                    }
                    (node, None) => node.build(),
                }))
            }
            Node::View(view) => State::View(view.build()),
        }
    }

    fn rebuild(self, state: &mut State) {
        match (self, &mut *state) {
            (Node::Nothing, State::Nothing(_)) => {}
            (Node::Text(text), State::Text(node, before)) => {
                if text != *before {
                    Dom::set_text(node, &text);
                    *before = text;
                }
            }
            (Node::Element(element), State::Element(held)) if element.site == held.site && element.tag == held.tag => {
                element.rebuild(held);
            }
            (Node::Many(nodes), State::Many(list, end)) => {
                for mut gone in list.drain(nodes.len().min(list.len())..) {
                    gone.unmount();
                }
                for (at, node) in nodes.into_iter().enumerate() {
                    if let Some(state) = list.get_mut(at) {
                        node.rebuild(state);
                    } else {
                        let mut state = node.build();
                        Dom::try_mount_before(&mut state, end);
                        list.push(state);
                    }
                }
            }
            (Node::View(view), State::View(held)) => view.rebuild(held),
            (node, before) => {
                let mut new = node.build();
                before.insert_before_this(&mut new);
                before.unmount();
                *before = new;
            }
        }
    }
}

impl AddAnyAttr for Node {
    type Output<SomeNewAttr: Attribute> = Node;

    /// Does nothing: the app's `view!` spreads no attributes.
    fn add_any_attr<NewAttr: Attribute>(self, _attr: NewAttr) -> Node {
        self
    }
}

/// Nothing is ever rendered on a server; this is what Leptos asks of a view.
impl RenderHtml for Node {
    type AsyncOutput = Node;
    type Owned = Node;

    const MIN_LENGTH: usize = 0;

    fn dry_resolve(&mut self) {}

    async fn resolve(self) -> Node {
        self
    }

    fn to_html_with_buf(
        self,
        _buf: &mut String,
        _position: &mut Position,
        _escape: bool,
        _mark_branches: bool,
        _extra_attrs: Vec<AnyAttribute>,
    ) {
    }

    fn hydrate<const FROM_SERVER: bool>(self, _cursor: &Cursor, _position: &PositionState) -> State {
        self.build()
    }

    fn into_owned(self) -> Node {
        self
    }
}

/// What may stand between braces in the markup.
pub trait IntoNode {
    /// As a node.
    fn into_node(self) -> Node;
}

impl IntoNode for Node {
    fn into_node(self) -> Node {
        self
    }
}

impl IntoNode for AnyView {
    fn into_node(self) -> Node {
        Node::View(self)
    }
}

impl IntoNode for () {
    fn into_node(self) -> Node {
        Node::Nothing
    }
}

impl IntoNode for &'static str {
    fn into_node(self) -> Node {
        Node::from_text(self)
    }
}

impl IntoNode for String {
    fn into_node(self) -> Node {
        Node::Text(Cow::Owned(self))
    }
}

impl IntoNode for Cow<'static, str> {
    fn into_node(self) -> Node {
        Node::Text(self)
    }
}

impl<N: IntoNode> IntoNode for Option<N> {
    fn into_node(self) -> Node {
        self.map_or(Node::Nothing, IntoNode::into_node)
    }
}

impl<N: IntoNode> IntoNode for Vec<N> {
    fn into_node(self) -> Node {
        Node::Many(self.into_iter().map(IntoNode::into_node).collect())
    }
}

impl<F: FnMut() -> N + Send + 'static, N: IntoNode> IntoNode for F {
    fn into_node(mut self) -> Node {
        Node::Dynamic(Box::new(move || self().into_node()))
    }
}

/// What may stand behind `=` in the markup.
pub trait IntoValue {
    /// As a value.
    fn into_value(self) -> Value;
}

impl IntoValue for Value {
    fn into_value(self) -> Value {
        self
    }
}

impl IntoValue for bool {
    fn into_value(self) -> Value {
        Value::Flag(self)
    }
}

impl IntoValue for &'static str {
    fn into_value(self) -> Value {
        Value::Text(Cow::Borrowed(self))
    }
}

impl IntoValue for String {
    fn into_value(self) -> Value {
        Value::Text(Cow::Owned(self))
    }
}

impl<V: IntoValue> IntoValue for Option<V> {
    fn into_value(self) -> Value {
        self.map_or(Value::Absent, IntoValue::into_value)
    }
}

/// A value, or a closure or signal of one.
pub trait IntoSetting {
    /// As a setting.
    fn into_setting(self) -> Setting;
}

impl<F: Fn() -> V + Send + 'static, V: IntoValue> IntoSetting for F {
    fn into_setting(self) -> Setting {
        Setting::Follows(Box::new(move || self().into_value()))
    }
}

macro_rules! fixed {
    ($($type:ty),*) => { $(
        impl IntoSetting for $type {
            fn into_setting(self) -> Setting {
                Setting::Fixed(self.into_value())
            }
        }
    )* };
}
fixed!(Value, bool, &'static str, String);

impl<V: IntoValue> IntoSetting for Option<V> {
    fn into_setting(self) -> Setting {
        Setting::Fixed(self.into_value())
    }
}

macro_rules! number {
    ($($type:ty),*) => { $(
        impl IntoNode for $type {
            fn into_node(self) -> Node {
                Node::Text(Cow::Owned(self.to_string()))
            }
        }
        impl IntoValue for $type {
            fn into_value(self) -> Value {
                Value::Text(Cow::Owned(self.to_string()))
            }
        }
        impl IntoSetting for $type {
            fn into_setting(self) -> Setting {
                Setting::Fixed(self.into_value())
            }
        }
    )* };
}
number!(i32, i64, u32, u64, usize);

macro_rules! signal {
    ($($type:ident),*) => { $(
        impl<T: Clone + Send + Sync + IntoNode + 'static> IntoNode for $type<T> {
            fn into_node(self) -> Node {
                Node::Dynamic(Box::new(move || self.get().into_node()))
            }
        }
        impl<T: Clone + Send + Sync + IntoValue + 'static> IntoSetting for $type<T> {
            fn into_setting(self) -> Setting {
                Setting::Follows(Box::new(move || self.get().into_value()))
            }
        }
    )* };
}
signal!(Signal, RwSignal, ReadSignal, ArcRwSignal);

/// Shows its children while a condition holds; they are made anew each time it comes to hold.
#[component]
pub fn Show(
    /// The condition.
    #[prop(into)]
    when: Condition,
    /// What is shown.
    children: ChildrenFn,
) -> impl IntoView {
    let Condition(when) = when;
    let holds = Memo::new(move |_| when());
    (move || if holds.get() { Node::View(children()) } else { Node::Nothing }).into_node()
}

/// A condition that is told again whenever a signal changes.
pub struct Condition(Box<dyn Fn() -> bool + Send + Sync>);

impl<F: Fn() -> bool + Send + Sync + 'static> From<F> for Condition {
    fn from(when: F) -> Condition {
        Condition(Box::new(when))
    }
}
