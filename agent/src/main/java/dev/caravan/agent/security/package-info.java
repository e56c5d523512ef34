/** Keys, certificates and passwords: read from files or the environment when they are needed, never printed. */
@NullMarked
package dev.caravan.agent.security;

import org.jspecify.annotations.NullMarked;
