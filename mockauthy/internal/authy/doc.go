// Package authy is what Authy knows of an application: its settings, its
// users, and which of their tokens are right. It knows nothing of HTTP.
package authy
