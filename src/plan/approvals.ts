import type { Approval } from "../domain/edition.ts";
import type { Settings } from "../domain/settings.ts";
import type { Topic } from "../domain/topic.ts";

/** What approvals an edition still needs, and which of those recorded no longer hold. */
export interface ApprovalState {
  /** Roles still to come; when only a number is asked for, that many times `anyone`. */
  readonly missing: readonly string[];
  /** Given to something that has changed since. */
  readonly void: readonly Approval[];
}

/**
 * Compares the approvals recorded with those asked for. The topic's `approvers` win over the settings. Each role needs
 * a different person.
 * @param digest of what would be sent now
 */
export function approvalState(
  topic: Pick<Topic, "approvers">,
  settings: Pick<Settings, "approvals">,
  approvals: readonly Approval[],
  digest: string,
): ApprovalState {
  const valid = approvals.filter((approval) => approval.digest === digest);
  const stale = approvals.filter((approval) => approval.digest !== digest);
  const wanted = topic.approvers.length > 0 ? topic.approvers : (settings.approvals ?? 0);
  if (typeof wanted === "number") {
    const people = new Set(valid.map(({ by }) => person(by)));
    const missing = Math.max(0, wanted - people.size);
    return { missing: Array.from({ length: missing }, () => "anyone"), void: stale };
  }
  const covered = coveredRoles(wanted, valid);
  return { missing: wanted.filter((role) => !covered.has(role)), void: stale };
}

/** As many roles as can be given to different people: a bipartite matching by augmenting paths. */
function coveredRoles(roles: readonly string[], approvals: readonly Approval[]): ReadonlySet<string> {
  const roleOf = new Map<string, string>();
  const assign = (role: string, tried: Set<string>): boolean => {
    for (const by of approvals.filter((approval) => approval.role === role).map((one) => person(one.by))) {
      if (tried.has(by)) continue;
      tried.add(by);
      const holder = roleOf.get(by);
      if (holder === undefined || assign(holder, tried)) {
        roleOf.set(by, role);
        return true;
      }
    }
    return false;
  };
  for (const role of new Set(roles)) assign(role, new Set());
  return new Set(roleOf.values());
}

/** "Ann Lee" and "ann  lee" are the same person. */
function person(name: string): string {
  return name.trim().toLowerCase().replace(/\s+/g, " ");
}
