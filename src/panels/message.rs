//! A message of the stores as a toast. May import `store` and below.

use crate::components::toast::Toast;
use crate::store::toasts;

/// What the toast region shows of a message.
pub fn toast(toast: toasts::Toast) -> Toast {
    Toast {
        id: toast.id,
        failed: toast.tone == toasts::Tone::Bad,
        good: toast.tone == toasts::Tone::Good,
        text: toast.text,
        detail: toast.detail,
        link: toast.link,
    }
}
