import { describe, expect, it } from "vitest";
import { careWords } from "../../../src/check/language/care-words.ts";
import { openDictionary } from "../../../src/check/language/dictionary.ts";
import { Lexicon } from "../../../src/check/language/lexicon.ts";
import { medicines } from "../../../src/check/language/medicines.ts";

const hasWord = await openDictionary();
const lexicon = new Lexicon({ checks: {} }, { hasWord });
const unknown = (text: string) =>
  text
    .trim()
    .split(/\s+/)
    .filter((word) => lexicon.about(word).unknown !== undefined);

/** What people who write for wards, practices and offices use without a thought. */
const everyday = {
  people: `nan nana grandad mum faller fallers carer carers frontline locum locums matron sonographer phlebotomist
    physio physios dietitian dieticians podiatrist geriatrician orthogeriatrician diabetologist nephrologist
    haematologist radiographer hygienist anaesthetist intensivist microbiologist optometrist paramedic porter
    housekeeper receptionist linkworker keyworker preceptee superuser vaccinator prescriber doula commuter`,
  wards: `frailty virtual ward bedside bedspace sideroom cubicle daycase theatre outpatient inpatients orthopaedics
    paediatrics urogynaecology gastroenterology neurorehabilitation hospice creche reablement homecare stepdown
    antenatal postnatal neonatal perinatal maternity colposcopy endoscopy bronchoscopy echocardiogram spirometry
    dialysis haemodialysis chemo radiotherapy brachytherapy telemetry telehealth telecare teledermatology`,
  tasks: `triage triaged retriage rebook rebooked rebooking rerefer rereferral readmit readmissions reattend
    recatheterise revalidation redeploy recall resend reissue retest reassess reorder restock restocked unfunded
    untriaged unbooked uncoded unplanned underused overbooked overprescribing misfiled mislabelled deprescribe
    deprescribing deprioritised decant decommission decommissioned preassessment prehab prehabilitation
    prepopulated postoperative preoperative cannulation catheterisation venepuncture thrombolysed intubated hoist
    swabbed titrate escalate signpost signposting safeguarding cohorting upskill upskilling onboarding debrief
    handover huddle huddles walkaround whistleblowing`,
  signs: `delirium sepsis dyspnoea dysphagia diarrhoea oedema anaemia hypoxia hypotension hyponatraemia
    hyperkalaemia hypoglycaemia ketoacidosis cellulitis bronchiolitis meningococcal norovirus measles shingles
    pertussis whooping scabies chickenpox pneumococcal rotavirus anaphylaxis eczema coeliac endometriosis menopause
    fibromyalgia sarcopenia osteoporosis osteoarthritis rheumatoid atrial fibrillation thromboembolism syncope
    deconditioning multimorbidity comorbidities incontinence lymphoedema retinopathy neuropathy proteinuria
    haematuria creatinine ferritin folate troponin lactate calprotectin bilirubin albuminuria`,
  things: `smartcard smartcards proforma formulary dosette inhaler inhalers nebuliser cannula catheter commode
    lanyard oximeter glucometer fingerprick facemask facemasks sanitiser handwash handwashing sharps minibus helipad
    portakabin whiteboard worklist scorecard dashboard dataset logbook sitrep sitreps rota rotas rostering
    eRostering ePrescribing eform eReferral wristband pillbox bedpan handrail wheelchair worktop wifi xray`,
  comms: `newsletter preheader strapline infographic webinar webinars intranet microsite homepage livestream podcast
    toolkit factsheet leaflet leaflets voicemail helpline helpdesk hotline webform webchat chatbot login username
    dropdown screenshot workaround workstream workflow stakeholder timeline rollout roadshow rebrand walkthrough
    systemwide trustwide regionwide boroughwide roadmap signage lockdown backlog uptake heatwave foodbank shareable
    cybersecurity ransomware interoperable wellbeing neurodivergent neurodiversity personalised coproduced
    multidisciplinary multiagency inclusivity reimbursed hospitalised immunocompromised immunosuppressed`,
  clinic: `pericarditis cholecystitis pyelonephritis septicaemia thrombocytopenia thalassaemia polyuria tachypnoea
    seborrhoeic menorrhagia nephrectomy tracheotomy laryngoscopy nasendoscopy cardiomyopathy radiculopathy
    immunologist cryotherapy keloid pruritus ascites cauda equina claudication orthostatic vasovagal`,
  medicines: `bendroflumethiazide doxazosin gliclazide dapagliflozin empagliflozin linagliptin dulaglutide exenatide
    semaglutide tirzepatide metformin insulin amlodipine lercanidipine ramipril perindopril candesartan olmesartan
    bisoprolol nebivolol atorvastatin rosuvastatin ezetimibe inclisiran apixaban edoxaban rivaroxaban warfarin
    clopidogrel ticagrelor omeprazole lansoprazole famotidine ondansetron sumatriptan rimegepant amoxicillin
    flucloxacillin clarithromycin gentamicin doxycycline ciprofloxacin meropenem nitrofurantoin trimethoprim
    fluconazole aciclovir oseltamivir nirmatrelvir adalimumab bimekizumab upadacitinib methotrexate sertraline
    vortioxetine mirtazapine quetiapine brexpiprazole pregabalin brivaracetam lidocaine remifentanil salbutamol
    formoterol glycopyrronium montelukast denosumab alendronic furosemide spironolactone levothyroxine paracetamol
    codeine naproxen gliptins statins opioids benzodiazepines sulfonylurea corticosteroids antimicrobials`,
};

describe("words of care", () => {
  it.each(Object.entries(everyday))("are known: %s", (_, words) => {
    expect(unknown(words)).toEqual([]);
  });

  it("are so many that a topic seldom has another", () => {
    expect(new Set(Object.values(everyday).join(" ").split(/\s+/)).size).toBeGreaterThan(400);
  });

  it("stand in our own lists only where the dictionary lacks them, and once", () => {
    const own = [...careWords, ...medicines];
    expect(own.filter((word) => hasWord(word))).toEqual([]);
    expect(own.filter((word, at) => own.indexOf(word) !== at)).toEqual([]);
  });

  it("hide no slip of the hand", () => {
    const slips = `untill wheter teh recieve refered refferal reponse prefered presure nonsence coresponding overal
      postive beleive seperate acommodate paitent perscription medecine hosptial apointment vacine simvstatin
      rammipril amlodopine bisoprlol omeprazol paracetmol lidocane warfrin colesterol preparin comparin execpt
      tommorow buisness traveler traveling color organize theaters frontlne wellbieng safegarding
      phsyiotherapy radiotheraphy arthirtis referal recored postpond anemia diarrhea gynecology pediatrics colonscopy`;
    expect(slips.split(/\s+/).filter((word) => !unknown(word).includes(word))).toEqual([]);
  });
});
