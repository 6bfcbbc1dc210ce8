/* Puts the page together: dictionaries first, then the form, then the first answer. Nothing about a
 * person is kept anywhere but in the form. */
import * as api from './api.js';
import { byId } from './dom.js';
import { drawJobs, showJobs, showProblem } from './jobs.js';
import { drawForm, onSeekerChange } from './seeker.js';
import { setSkills } from './skills.js';
import { language, sayStatic, setLanguage } from './words.js';

const SKILLS_MOST = 20000;
const REST_MS = 200; // after the last change, before asking again

function draw() {
  sayStatic(document);
  const button = byId('language');
  button.textContent = language() === 'zh' ? 'English' : '中文';
  button.lang = language() === 'zh' ? 'en' : 'zh-CN';
  drawForm();
  drawJobs();
}

// The language stands in the address, so that a link keeps it and nothing has to be stored.
function switchLanguage() {
  setLanguage(language() === 'zh' ? 'en' : 'zh');
  const address = new URL(location.href);
  address.searchParams.set('lang', language());
  history.replaceState(null, '', address);
  draw();
  showJobs();
}

let resting = 0;
onSeekerChange(() => {
  clearTimeout(resting);
  resting = setTimeout(showJobs, REST_MS);
});

byId('language').addEventListener('click', switchLanguage);
byId('seeker').addEventListener('submit', (event) => {
  event.preventDefault();
  clearTimeout(resting);
  showJobs().then(() => byId('jobs').focus());
});

setLanguage(new URL(location.href).searchParams.get('lang'));
draw();
api
  .entries('skills', SKILLS_MOST)
  .then((skills) => {
    setSkills(skills);
    draw();
  })
  .catch(showProblem)
  .then(showJobs);
