'use strict';
// A body to turn with the mouse, or with arrow keys. Its mesh comes from a script, loaded when it is asked for, that
// calls bodyOf: a page from the file system may load nothing else.
const asked = new Map();  // by index: {body: its promise, resolve}

function bodyOf(index, count, packed) {
  asked.get(index).resolve(unpacked(count, packed));
}

async function unpacked(count, packed) {
  const stream = new Blob([Uint8Array.from(atob(packed), c => c.charCodeAt(0))]).stream();
  const data = await new Response(stream.pipeThrough(new DecompressionStream('deflate'))).arrayBuffer();
  return {places: new Int16Array(data, 0, 3 * count), faces: new Uint32Array(data.slice(6 * count))};
}

function loadBody(index, address) {
  if (!asked.has(index)) {
    const script = document.createElement('script'), entry = {};
    entry.body = new Promise((resolve, reject) => {
      entry.resolve = resolve;
      script.onerror = () => reject(new Error(`${address} is not there`));
    }).finally(() => {
      script.remove();
      asked.delete(index);
    });
    asked.set(index, entry);
    script.src = address;
    document.head.append(script);
  }
  return asked.get(index).body;
}

function normalsOf({places, faces}) {
  const normals = new Float32Array(places.length), at = (corner, axis) => places[3 * corner + axis];
  for (let i = 0; i < faces.length; i += 3) {
    const [a, b, c] = faces.subarray(i, i + 3);
    const u = [0, 1, 2].map(axis => at(b, axis) - at(a, axis)), v = [0, 1, 2].map(axis => at(c, axis) - at(a, axis));
    for (let axis = 0; axis < 3; axis++) {  // as long as the face is large
      const [j, k] = [(axis + 1) % 3, (axis + 2) % 3], normal = u[j] * v[k] - u[k] * v[j];
      for (const corner of [a, b, c]) normals[3 * corner + axis] += normal;
    }
  }
  return normals;
}

const VERTEX = `#version 300 es
in vec3 place, normal; uniform vec2 angle, zoom; out vec3 facing;
vec3 turned(vec3 p) {
  vec2 c = cos(angle), s = sin(angle);
  p = vec3(c.x * p.x + s.x * p.z, p.y, c.x * p.z - s.x * p.x);
  return vec3(p.x, c.y * p.y - s.y * p.z, s.y * p.y + c.y * p.z);
}
void main() {
  vec3 p = turned(place);
  facing = turned(normal);
  gl_Position = vec4(p.xy * zoom, -p.z / 2., 1);
}`;
const FRAGMENT = `#version 300 es
precision mediump float;
in vec3 facing; out vec4 colour;
void main() {
  vec3 n = normalize(facing);
  float light = .25 + .65 * max(dot(n, normalize(vec3(.4, .5, .8))), 0.) + .25 * max(dot(n, vec3(-.8, .2, .5)), 0.);
  colour = vec4(vec3(.93, .76, .7) * light, 1);
}`;

class BodyView {
  constructor() {
    this.canvas = document.createElement('canvas');
    this.canvas.tabIndex = 0;
    this.canvas.setAttribute('role', 'img');
    this.canvas.setAttribute('aria-label', 'the body; arrow keys turn it');
    const gl = this.gl = this.canvas.getContext('webgl2', {antialias: true});
    if (!gl) throw new Error('this browser has no WebGL 2');
    const program = gl.createProgram();
    for (const [kind, source] of [[gl.VERTEX_SHADER, VERTEX], [gl.FRAGMENT_SHADER, FRAGMENT]]) {
      const shader = gl.createShader(kind);
      gl.shaderSource(shader, source);
      gl.compileShader(shader);
      gl.attachShader(program, shader);
    }
    gl.linkProgram(program);
    gl.useProgram(program);
    gl.enable(gl.DEPTH_TEST);
    this.program = program;
    this.places = gl.createBuffer();
    this.normals = gl.createBuffer();
    this.faces = gl.createBuffer();
    this.canvas.addEventListener('pointerdown', event => this.canvas.setPointerCapture(event.pointerId));
    this.canvas.addEventListener('pointermove', event => {
      if (event.buttons) this.turn(event.movementX / 150, event.movementY / 150);
    });
    this.canvas.addEventListener('keydown', event => this.key(event));
    addEventListener('resize', () => this.draw());
  }

  show(body) {
    const gl = this.gl;
    this.angle = [0, 0];
    this.count = body.faces.length;
    this.fill('place', this.places, body.places, gl.SHORT, true);
    this.fill('normal', this.normals, normalsOf(body), gl.FLOAT, false);
    gl.bindBuffer(gl.ELEMENT_ARRAY_BUFFER, this.faces);
    gl.bufferData(gl.ELEMENT_ARRAY_BUFFER, body.faces, gl.STATIC_DRAW);
    this.draw();
  }

  fill(name, buffer, data, kind, shares) {
    const gl = this.gl, place = gl.getAttribLocation(this.program, name);
    gl.bindBuffer(gl.ARRAY_BUFFER, buffer);
    gl.bufferData(gl.ARRAY_BUFFER, data, gl.STATIC_DRAW);
    gl.enableVertexAttribArray(place);
    gl.vertexAttribPointer(place, 3, kind, shares, 0, 0);
  }

  draw() {
    const gl = this.gl, canvas = this.canvas, ratio = devicePixelRatio;
    if (!canvas.clientWidth || !this.count) return;
    canvas.width = canvas.clientWidth * ratio;
    canvas.height = canvas.clientHeight * ratio;
    gl.viewport(0, 0, canvas.width, canvas.height);
    gl.clearColor(.5, .5, .5, 1);
    gl.clear(gl.COLOR_BUFFER_BIT | gl.DEPTH_BUFFER_BIT);
    const shorter = .9 * Math.min(canvas.width, canvas.height);
    gl.uniform2f(gl.getUniformLocation(this.program, 'zoom'), shorter / canvas.width, shorter / canvas.height);
    gl.uniform2f(gl.getUniformLocation(this.program, 'angle'), ...this.angle);
    gl.drawElements(gl.TRIANGLES, this.count, gl.UNSIGNED_INT, 0);
  }

  turn(right, down) {
    this.angle = [this.angle[0] + right, Math.max(-1.6, Math.min(1.6, this.angle[1] + down))];
    this.draw();
  }

  key(event) {
    const steps = {ArrowLeft: [-.2, 0], ArrowRight: [.2, 0], ArrowUp: [0, -.2], ArrowDown: [0, .2]}[event.key];
    if (!steps) return;
    event.preventDefault();
    event.stopPropagation();  // elsewhere they lead to the next image
    this.turn(...steps);
  }
}
