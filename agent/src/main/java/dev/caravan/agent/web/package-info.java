/** What the agent shows of itself over HTTP: whether it is well, its numbers, and a page for people. It reads, and changes nothing. */
@NullMarked
package dev.caravan.agent.web;

import org.jspecify.annotations.NullMarked;
