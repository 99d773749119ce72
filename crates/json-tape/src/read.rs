//! What can be read, and how the types of the standard library are.

use crate::Reader;

/// A type that can be read; mostly derived.
pub trait Read: Sized {
    /// The value where the reader stands; an empty one, and a note in the reader, if another kind of value stands
    /// there.
    fn read(reader: &mut Reader<'_>) -> Self;

    /// The value where the reader stands. If there is none, or `null`, or one that does not fit, it is the default, and
    /// the reader notes a misfit as left out: the key of a field with `#[serde(default)]` does not take down what it
    /// stands in.
    fn read_or_default(reader: &mut Reader<'_>) -> Self
    where
        Self: Default,
    {
        if reader.is_none() {
            return Self::default();
        }
        reader.attempt(Self::read).unwrap_or_default()
    }
}

impl Read for String {
    #[inline(never)]
    fn read(reader: &mut Reader<'_>) -> Self {
        reader.text("a string").to_owned()
    }
}

impl Read for bool {
    #[inline(never)]
    fn read(reader: &mut Reader<'_>) -> Self {
        reader.node().bool().unwrap_or_else(|| {
            reader.expected("a boolean");
            false
        })
    }
}

impl Read for f64 {
    #[inline(never)]
    fn read(reader: &mut Reader<'_>) -> Self {
        reader.node().number().unwrap_or_else(|| {
            reader.expected("a number");
            0.0
        })
    }
}

macro_rules! integers {
    ($($integer:ident from $least:expr, to $most:expr;)*) => {
        $(impl Read for $integer {
            #[inline(never)]
            fn read(reader: &mut Reader<'_>) -> Self {
                reader.integer($least, $most) as $integer
            }
        })*
    };
}

integers! {
    i64 from i64::MIN, to i64::MAX;
    i32 from i32::MIN.into(), to i32::MAX.into();
    u32 from 0, to u32::MAX.into();
    u8 from 0, to u8::MAX.into();
    usize from 0, to i32::MAX.into();
}

impl<T: Read> Read for Option<T> {
    #[inline(never)]
    fn read(reader: &mut Reader<'_>) -> Self {
        if reader.is_none() { None } else { Some(T::read(reader)) }
    }
}

impl<T: Read> Read for Box<T> {
    fn read(reader: &mut Reader<'_>) -> Self {
        Box::new(T::read(reader))
    }
}

impl<T: Read> Read for Vec<T> {
    #[inline(never)]
    fn read(reader: &mut Reader<'_>) -> Self {
        let mut items = reader.items();
        let mut found = Vec::with_capacity(items.count());
        while let Some(reader) = items.step() {
            found.push(T::read(reader));
        }
        found
    }
}
