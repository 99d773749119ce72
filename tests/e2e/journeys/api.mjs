// The control plane's public API as the journeys need it: to make a workspace, to know the truth that the page is compared with, and to
// leave nothing behind. It goes to the control plane itself, past the app's proxy.

/** What the control plane refused, in its own words. */
export class Refused extends Error {
  constructor(what, status, body) {
    const validations = (body?.validations ?? []).map((one) => `${one.field}: ${one.detail}`);
    const detail = [body?.detail, ...validations].filter(Boolean).join('; ');
    super(`${what}: ${status} ${body?.message ?? ''}${detail ? ` (${detail})` : ''}`.trim());
    this.status = status;
    this.validations = body?.validations ?? [];
  }
}

/** How many calls of the same kind are under way at once: the control plane is somebody's. */
const AT_ONCE = 4;

/** Does it to each, a few at a time. */
async function each(items, act) {
  const left = items.values();
  const worker = async () => {
    for (const item of left) await act(item);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
}

export class Api {
  /** @param {string} origin */
  constructor(origin) {
    this.origin = origin;
    this.token = undefined;
    /** The versions of templates that a journey made. */
    this.versions = [];
  }

  /** One call; where the control plane asks for patience, it has it. */
  async call(method, path, body) {
    for (;;) {
      const answer = await this.once(method, path, body);
      if (answer.pause_ms === undefined) return answer.body;
      await new Promise((next) => setTimeout(next, answer.pause_ms));
    }
  }

  async once(method, path, body) {
    let response;
    try {
      response = await fetch(`${this.origin}/api/v2${path}`, {
        method,
        headers: { 'Content-Type': 'application/json', ...(this.token ? { 'Coder-Session-Token': this.token } : {}) },
        body: body === undefined ? undefined : JSON.stringify(body),
        redirect: 'manual',
      });
    } catch (error) {
      throw new Error(`${this.origin} does not answer: ${error.cause?.message ?? error.message}`);
    }
    const text = await response.text();
    if (response.status === 429) return { pause_ms: 1_000 * (Number(response.headers.get('Retry-After')) || 5) };
    let answer;
    try {
      answer = text ? JSON.parse(text) : undefined;
    } catch {
      throw new Error(`${this.origin}/api/v2${path} answers no JSON (status ${response.status}): is this a control plane?`);
    }
    if (!response.ok) throw new Refused(`${method} ${path}`, response.status, answer);
    return { body: answer };
  }

  async signIn(email, password) {
    this.token = undefined;
    const answer = await this.call('POST', '/users/login', { email, password });
    this.token = answer.session_token;
  }

  signOut() {
    return this.call('POST', '/users/logout');
  }

  /** The templates to try, in order: the one asked for, or all that ask for nothing. */
  async templates(named) {
    const all = ((await this.call('GET', '/templates')) ?? []).filter((template) => !template.deprecated);
    if (named) {
      const fitting = all.filter((template) => template.name === named);
      if (fitting.length === 0) {
        throw new Error(`no template is called ${named}; there are: ${all.map((template) => template.name).join(', ') || 'none'}`);
      }
      return fitting;
    }
    const free = [];
    for (const template of all) {
      const version = template.active_version_id;
      const parameters = (await this.call('GET', `/templateversions/${version}/rich-parameters`)) ?? [];
      const accounts = (await this.call('GET', `/templateversions/${version}/external-auth`)) ?? [];
      const asks = parameters.some((parameter) => parameter.required) || accounts.some((one) => !one.optional && !one.authenticated);
      if (!asks) free.push(template);
    }
    if (free.length === 0) {
      throw new Error(
        all.length === 0
          ? 'this control plane has no template that you may use'
          : `every template asks for a parameter or an account (${all.map((template) => template.name).join(', ')}): name one that does not by CODER_TEMPLATE`,
      );
    }
    return free;
  }

  /** Creates a workspace from the first template that takes no for an answer nowhere. */
  async create(templates, name) {
    let refusal;
    for (const template of templates) {
      try {
        return await this.call('POST', '/users/me/workspaces', { template_id: template.id, name });
      } catch (error) {
        if (!(error instanceof Refused) || ![400, 403, 406].includes(error.status)) throw error;
        refusal = error;
      }
    }
    throw refusal;
  }

  /** How many workspaces match. */
  async count(query) {
    return (await this.call('GET', `/workspaces?limit=1&q=${encodeURIComponent(query)}`)).count;
  }

  /**
   * Makes workspaces that are rows of the list and nothing else: the first build of each is canceled as soon as a provisioner has it. Not before:
   * a server of July 2025 has what was canceled while it waited built all the same, and nobody knows of it then. Where that is refused none is
   * made any more; answers why then. `keep` is told each name.
   */
  async crowd(templates, stem, wanted, keep) {
    let refusal;
    const names = Array.from({ length: wanted }, (_, index) => `${stem}-${String(index + 1).padStart(3, '0')}`);
    const status = async (id) => (await this.workspace(id)).latest_build.job.status;
    await each(names, async (name) => {
      if (refusal) return;
      keep(name);
      try {
        const { id, latest_build: build } = await this.create(templates, name);
        const now = await this.until(() => status(id), (one) => one !== 'pending', 300_000);
        // One that is over a moment before is none to be canceled.
        if (now === 'running') await this.call('PATCH', `/workspacebuilds/${build.id}/cancel`).catch((error) => { if (error.status !== 400) throw error; });
      } catch (error) {
        if (!(error instanceof Refused)) throw error;
        refusal ??= error.message;
      }
    });
    return refusal;
  }

  /**
   * A version of a template that is not `version`, was imported, and asks for nothing. Where there is none, it is made from the files of
   * `version`, if this account may; it is archived at the end.
   */
  async otherVersion(template, version) {
    for (const other of ((await this.call('GET', `/templates/${template}/versions`)) ?? []).reverse()) {
      if (other.id === version || other.job.status !== 'succeeded') continue;
      const parameters = (await this.call('GET', `/templateversions/${other.id}/rich-parameters`)) ?? [];
      if (!parameters.some((parameter) => parameter.required)) return other;
    }
    const files = (await this.call('GET', `/templateversions/${version}`)).job.file_id;
    const { organization_id: organization } = await this.call('GET', `/templates/${template}`);
    let made;
    try {
      const body = { template_id: template, storage_method: 'file', file_id: files, provisioner: 'terraform', message: 'Made by a journey' };
      made = await this.call('POST', `/organizations/${organization}/templateversions`, body);
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      return undefined;
    }
    this.versions.push(made.id);
    const read = () => this.call('GET', `/templateversions/${made.id}`);
    const imported = await this.until(read, (one) => !['pending', 'running'].includes(one.job.status), 10 * 60_000);
    if (imported.job.status !== 'succeeded') throw new Error(`the version made for this journey was not imported: ${imported.job.error}`);
    return imported;
  }

  /** Archives the versions that were made; one that is in use stays. */
  async archive() {
    for (const version of this.versions.splice(0)) await this.call('POST', `/templateversions/${version}/archive`).catch(() => undefined);
  }

  workspace(id) {
    return this.call('GET', `/workspaces/${id}`);
  }

  /** A workspace that is deleted. */
  deleted(id) {
    return this.call('GET', `/workspaces/${id}?include_deleted=true`);
  }

  build(id) {
    return this.call('GET', `/workspacebuilds/${id}`);
  }

  timings(id) {
    return this.call('GET', `/workspacebuilds/${id}/timings`);
  }

  async logs(id) {
    return (await this.call('GET', `/workspacebuilds/${id}/logs`)) ?? [];
  }

  /** Asks until `done` says so. Only for what no page shows: cleaning up, and an agent's scripts. */
  async until(read, done, patience_ms = 120_000) {
    const end = Date.now() + patience_ms;
    for (;;) {
      const answer = await read();
      if (done(answer)) return answer;
      if (Date.now() > end) throw new Error(`still not so after ${patience_ms / 1000} s: ${JSON.stringify(answer).slice(0, 400)}`);
      await new Promise((next) => setTimeout(next, 500));
    }
  }

  /** One's own workspace of that name; `undefined` if there is none (any more). */
  async named(name) {
    const found = await this.call('GET', `/workspaces?q=${encodeURIComponent(`owner:me name:${name}`)}`);
    return (found.workspaces ?? []).find((workspace) => workspace.name === name);
  }

  /** Deletes one's own workspaces, a few at a time; what could not be deleted, with the reason of each. */
  async eraseAll(names) {
    const left = [];
    await each(names, (name) => this.erase(name).catch((error) => left.push({ name, error })));
    return left;
  }

  /** Deletes one's own workspace whatever state it is in, and waits until it is gone. */
  async erase(name) {
    const settled = (one) => !one || !['pending', 'running', 'canceling'].includes(one.latest_build.job.status);
    let workspace = await this.named(name);
    if (workspace && !settled(workspace)) {
      if (workspace.latest_build.transition !== 'delete') {
        await this.call('PATCH', `/workspacebuilds/${workspace.latest_build.id}/cancel`).catch(() => undefined);
      }
      workspace = await this.until(() => this.named(name), settled, 300_000);
    }
    if (!workspace) return;
    await this.call('POST', `/workspaces/${workspace.id}/builds`, { transition: 'delete' });
    // It may be listed for a moment after the build that deleted it.
    const last = await this.until(() => this.named(name), settled, 300_000);
    if (last && last.latest_build.status !== 'deleted') throw new Error(`deleting ${last.owner_name}/${last.name} ended as ${last.latest_build.status}: ${last.latest_build.job.error ?? ''}`);
  }
}
